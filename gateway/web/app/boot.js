// Runs before the first picture, so that a dark screen never flashes white. A
// classic script: modules run too late.
(() => {
  const root = document.documentElement;
  let theme = null, density = null;
  try {
    theme = localStorage.getItem('prosa.theme');
    density = localStorage.getItem('prosa.density');
  } catch { /* storage is refused: the system decides */ }
  root.dataset.theme = theme || (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
  if (density) root.dataset.density = density;
})();
