// The theme that the person chose, before the first paint. The client itself changes it later (src/theme.rs).
(function () {
  try {
    var theme = localStorage.getItem("theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
    if (localStorage.getItem("nav") === "icons") document.documentElement.dataset.nav = "icons";
  } catch (_) {
    // Storage is refused: the system's own theme stays.
  }
})();
