// Signed in to the console in this browser, requests are tried as that user: the session's csrf value goes along.
let csrf = "";

async function currentCsrf() {
  if (!csrf) {
    const answer = await fetch("/api/v1/session");
    csrf = answer.ok ? (await answer.json()).csrf : "";
  }
  return csrf;
}

window.SwaggerUIBundle({
  url: "/api/openapi.json",
  dom_id: "#api",
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  validatorUrl: null,
  requestInterceptor: async (request) => {
    if (!["GET", "HEAD"].includes((request.method ?? "GET").toUpperCase()) && !request.headers.Authorization) {
      request.headers["X-CSRF-Token"] = await currentCsrf();
    }
    return request;
  },
});
