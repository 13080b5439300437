// @ts-check
// The one place that knows where the CSRF token is; htmx and fetch both ask here.

/** The cookie first: it is renewed when the person signs in again in another tab. */
export const csrfToken = () =>
  /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1] ??
  document.querySelector("meta[name=csrf-token]")?.getAttribute("content") ??
  "";

// The form's own field would count before the header, and may be older than the cookie.
document.addEventListener("htmx:configRequest", (event) => {
  const { headers, parameters } = /** @type {CustomEvent} */ (event).detail;
  headers["X-CSRFToken"] = csrfToken();
  delete parameters.csrfmiddlewaretoken;
});

/**
 * JSON in, response out. A redirect (signed out meanwhile) is not followed.
 * @param {string} url
 * @param {unknown} body
 * @param {{method?: string, keepalive?: boolean}} [options]
 */
export const sendJson = (url, body, { method = "POST", keepalive = false } = {}) =>
  fetch(url, {
    method,
    keepalive,
    redirect: "manual",
    credentials: "same-origin",
    headers: {
      "Content-Type": "application/json",
      Accept: "application/json",
      "X-CSRFToken": csrfToken(),
    },
    body: JSON.stringify(body),
  });
