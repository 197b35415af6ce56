import type { RunnableComponent } from "../apis/digitalocean/platform.ts";

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What stands for a component whose code is not here: it answers every path, and says what it is in each answer. */
export function placeholderAnswer(component: RunnableComponent, target: string): Answer {
  const headers = { "x-slipway-placeholder": component.name, "cache-control": "no-store" };
  if (component.kind === "static_site") {
    return {
      status: 200,
      headers: { ...headers, "content-type": "text/html; charset=utf-8" },
      body: page(component),
    };
  }
  const path = target.replace(/\?.*$/, "");
  return jsonAnswer(200, headers, {
    placeholder: true,
    app: component.appName,
    component: component.name,
    path,
    ...(path === component.healthPath ? { status: "ok" } : {}),
  });
}

/** An answer of the app itself, where no component gets the request. */
export function jsonAnswer(status: number, headers: Readonly<Record<string, string>>, body: object): Answer {
  return {
    status,
    headers: { ...headers, "content-type": "application/json" },
    body: `${JSON.stringify(body)}\n`,
  };
}

function page({ appName, name }: RunnableComponent): string {
  const [app, component] = [escaped(appName), escaped(name)];
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${component} (placeholder)</title></head>
<body><h1>${component}</h1><p>This page is a placeholder: in the local cloud it stands for the static site
<code>${component}</code> of the app <code>${app}</code>, which is not built here.</p></body>
</html>
`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
