/* The button that copies the invitation, and says so. */
(() => {
  const said = SAID;
  for (const button of document.querySelectorAll(".st-key-uitnodiging button.kopieer")) {
    const block = button.parentElement;
    const text = block.querySelector("pre.uitnodiging");
    const status = block.querySelector(".gekopieerd");
    const selected = () => {
      const range = document.createRange();
      range.selectNodeContents(text);
      const selection = window.getSelection();
      selection.removeAllRanges();
      selection.addRange(range);
      return document.execCommand("copy");
    };
    button.onclick = async () => {
      let copied = false;
      try {
        await navigator.clipboard.writeText(text.textContent);
        copied = true;
      } catch {
        copied = selected(); // without https there is no clipboard: the old way, which also shows the text
      }
      status.textContent = copied ? said.done : said.failed;
    };
  }
})();
