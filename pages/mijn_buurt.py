"""A resident's page: is there a group where I live, how near, and what can I do now?"""

from utils import answer, steps, ui

page = ui.frame("mijn_buurt")
found = answer.find(page)

answer.search(page)
answer.say(page, found)
if page.embedded:
    answer.whole_page(page)
else:
    answer.around(page, found)
    steps.show(page, found.verdict)
    answer.share(page, found)
