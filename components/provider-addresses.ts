import type { Fault } from "./internal/faults.ts";
import { parsed } from "./plain-secrets.ts";

/** Settings by which providers ask another address than their platform's. Source: the providers' schemas, 2026-11-21. */
const addressKeys = [
  "aws:endpoints",
  "aws:s3UsEast1RegionalEndpoint",
  "aws:httpProxy",
  "aws:httpsProxy",
  "digitalocean:apiEndpoint",
  "digitalocean:spacesEndpoint",
  "github:baseUrl",
];

/** The platforms' own addresses, and this machine's. */
const ownHosts =
  /^(?:api\.digitalocean\.com|(?:[a-z0-9-]+\.)?digitaloceanspaces\.com|api\.github\.com|(?:[a-z0-9-]+\.)+amazonaws\.com)$/;
const ownMachine = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** Every text inside a value. */
const texts = (value: unknown): string[] =>
  typeof value === "string"
    ? [value]
    : typeof value === "object" && value !== null
      ? Object.values(value).flatMap(texts)
      : [];

function isForeign(text: string): boolean {
  if (["", "legacy", "regional"].includes(text)) return false;
  // The region is filled in by the provider itself.
  const address = text.replace(/\{\{\s*\.Region\s*\}\}/g, "region");
  if (!URL.canParse(address)) return true;
  const { protocol, hostname, username, password } = new URL(address);
  const isOwn = protocol === "https:" && ownHosts.test(hostname) && username === "" && password === "";
  return !isOwn && !ownMachine.test(hostname);
}

/** Settings of providers that point elsewhere, where their tokens would be handed over. */
export function providerAddressFaults(config: Readonly<Record<string, string>>): Fault[] {
  return addressKeys
    .filter((key) => texts(parsed(config[key] ?? "")).some(isForeign))
    .map((path) => ({
      path,
      message:
        "must be left out: whoever answers there gets the platform's token; only this machine may stand in for a platform",
    }));
}
