/* Which link of the menu is that of this page ("page": its name, "" for the home page): for who does not see it.
   The links come a moment after this script. */
const mark = (patience) => {
  const links = document.querySelectorAll(".st-key-pagina a");
  if (!links.length && patience) return setTimeout(mark, 100, patience - 1);
  for (const link of links) {
    const name = link.getAttribute("href").split("?")[0].split("/").pop();
    if (name === page) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
};
mark(50);
