"""A resident's page: is there a group where I live, how near, and what can I do now?"""

from utils import answer, answer_share, steps, ui

page = ui.frame("mijn_buurt")
found = answer.find(page)

answer.search(page)
answer.say(page, found)
if page.embedded:
    answer_share.whole_page(page)
else:
    answer.around(page, found)
    steps.show(page, found.verdict)
    answer_share.share(page, found.name)
