import { loginOf } from "../../local/stack/database-address.ts";
import type { UpReport } from "../../local/stack/up.ts";
import { DatabaseUrls } from "./outputs-table.ts";

/** Printed databases that do not let their own user in: the state has them, and nobody looked at the clouds. */
export async function unanswered({ outputs }: Pick<UpReport, "outputs">): Promise<string[]> {
  const urls = Object.entries(DatabaseUrls.parse(outputs["databaseUrls"]?.value ?? {}));
  if (urls.length === 0) return [];
  const { connected } = await import("../../backup/database.ts");
  const gone: string[] = [];
  for (const [name, url] of urls) {
    // Tried once: a database of this machine is there at once, or not at all.
    const server = { ...loginOf(url), mode: "require" } as const;
    const isThere = await connected(server, 0, async () => true).catch(() => false);
    if (!isThere) gone.push(name);
  }
  return gone;
}

/** A line for each of them, with what mends it. */
export const unansweredLines = (names: readonly string[], stack: string): string[] =>
  names.map(
    (name) =>
      `warning: database ${name} does not answer at the printed address. Only settings were compared, not what the clouds hold: \`npm run -s slipway -- local up --stack ${stack} --refresh\` looks, and makes again what is gone; then restore its backup`,
  );
