// Runs before the first paint: a chosen scheme must not flash the other one.
try {
  const scheme = localStorage.getItem("overture.scheme");
  if (scheme === "light" || scheme === "dark") document.documentElement.dataset.scheme = scheme;
} catch {
  // Storage can be forbidden; then the system's scheme is followed.
}
