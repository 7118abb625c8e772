"""Method page: how the figures are made, from what, and how far to trust them."""

import streamlit as st

from utils import cached, ui, widgets, wording

page = ui.frame("verantwoording")
t = page.texts.t
facts = wording.method_facts(page.texts, page.coverage, cached.per_group())
since = cached.confirmed_since(page.coverage)

with st.container(width=900):
    st.title(t("method.title"), anchor=False)
    st.markdown(t("method.intro"))
    for part in ("own", "measures", "status", "answer", "compare", "compute", "sites", "limits", "fresh"):
        st.header(t(f"method.{part}.heading"), anchor=part)
        st.markdown(t(f"method.{part}.body", since=since, **facts))

    st.header(t("method.sources.heading"), anchor="sources")
    ui.plain_table(
        [t(f"method.sources.{column}") for column in ("what", "source", "date", "note")],
        wording.data_sources(page.texts, page.coverage),
    )

    with ui.told(page.texts):
        fetched_from = cached.provenance()
        if fetched_from:
            widgets.provenance(page.texts, fetched_from)

    with ui.told(page.texts):
        burglaries = cached.crime_kept(page.coverage.atlas)
        if burglaries:
            widgets.crime(page, burglaries)

    st.header(t("method.published.heading"), anchor="published")
    st.markdown(t("method.published.body"))
    with ui.told(page.texts):
        figures = cached.published()
        ui.plain_table(
            [
                t(f"method.published.{column}")
                for column in ("date", "area", "groups", "participants", "source")
            ],
            wording.published_rows(page.texts, figures, cached.names_now(page.coverage.atlas)),
        )

    for part in ("privacy", "access"):
        st.header(t(f"method.{part}.heading"), anchor=part)
        st.markdown(t(f"method.{part}.body"))
