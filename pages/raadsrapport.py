"""Council report: presentation, PDF, PowerPoint and pictures of a municipality, a province or the country."""

import streamlit as st

from utils import cached_report, embed, report_files, report_page, ui

page = report_page.choose(ui.frame("raadsrapport"))
with ui.told(page.texts):
    with st.spinner(page.texts.t("council.busy")):
        made = cached_report.of(page.coverage, page.address.gebied, page.address.straal, page.texts)
    finding, files = st.container(), st.container(key="meenemen")
    with files:  # before the heading names this area: nobody then gets the files of the one before
        report_files.show(page, made)
    with finding:
        report_page.finding(page, made)
    report_page.summary(page, made)
    report_files.pictures(page, made)
    embed.offer(page)
