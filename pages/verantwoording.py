"""Method page: how the figures are made, from what, and how far to trust them."""

from utils import ui

page = ui.frame("verantwoording")
