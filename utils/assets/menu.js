/* On a telephone the links are a row that scrolls sideways: the page's own link must be in sight. */
{
  const here = document.querySelector('.st-key-pagina a[aria-current="page"]');
  const row = here && here.closest(".st-key-pagina");
  if (row) row.scrollLeft += here.getBoundingClientRect().left - row.getBoundingClientRect().left - 60;
}
