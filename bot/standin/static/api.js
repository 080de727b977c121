/** The workspace's own addresses for this page. An answer is always an object with `ok`. */

const GONE = "The workspace does not answer. Is it still running?";

/** Read something. */
export function get(path, query) {
  return ask(`${path}?${new URLSearchParams(query)}`);
}

/** Do something. */
export function post(path, body) {
  return ask(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
}

async function ask(address, options) {
  try {
    const response = await fetch(address, options);
    return await response.json();
  } catch {
    return { ok: false, error: GONE };
  }
}
