/* Which link of the menu is that of this page ("page": its name, "" for the home page): for who does not see it,
   and in sight where the row of links scrolls. The links come a moment after this script. */
const mark = (patience) => {
  const links = document.querySelectorAll(".st-key-pagina a");
  if (!links.length && patience) return setTimeout(mark, 100, patience - 1);
  for (const link of links) {
    const name = link.getAttribute("href").split("?")[0].split("/").pop();
    if (name !== page) {
      link.removeAttribute("aria-current");
      continue;
    }
    link.setAttribute("aria-current", "page");
    const row = link.closest(".st-key-pagina");
    row.scrollLeft += link.getBoundingClientRect().left - row.getBoundingClientRect().left - 60;
  }
};
mark(50);
