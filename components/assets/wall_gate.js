// A page that waits: it looks whether the wall opens now, and never leaves while it does not.
setInterval(async () => {
  try {
    const answer = await fetch(location.href, { cache: "no-store" });
    if (answer.ok) location.reload();
  } catch { /* the server is away: wait on */ }
}, 5000);
