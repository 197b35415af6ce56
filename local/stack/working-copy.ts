import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import type { CloudClient } from "../cloud/client.ts";
import { localCredential } from "../cloud/credential.ts";
import { LocalFault } from "../fault.ts";
import { writePrivately } from "../files.ts";
import type { OwnStack } from "./pipeline.ts";

/** The stack's file at GitHub, by its path there. */
export const pathOf = ({ stack }: Pick<OwnStack, "stack">): string => `Pulumi.${stack}.yaml`;

/** A local home and its clouds. */
export interface Place {
  readonly home: string;
  readonly cloud: Pick<CloudClient, "status">;
}

const baseOf = (home: string, stack: string): string => join(home, "stack-files", `${stack}.base`);

/** Keeps in mind what a stack's file was at GitHub when this machine last had it. */
export function rememberBase(home: string, stack: string, text: string): void {
  const file = baseOf(home, stack);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writePrivately(file, text);
}

function base(home: string, stack: string): string | undefined {
  const file = baseOf(home, stack);
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

const Contents = z.looseObject({ content: z.string() });

/** The text of a stack's file on its branch of the local GitHub; undefined where it is not there. */
async function textThere({ cloud }: Place, own: OwnStack): Promise<string | undefined> {
  const { endpoints } = await cloud.status();
  const { repository, branch } = own.home;
  const path = `repos/${repository}/contents/${pathOf(own)}?ref=${encodeURIComponent(branch)}`;
  const response = await fetch(`${endpoints.github}/api/v3/${path}`, {
    headers: { authorization: `Bearer ${localCredential}` },
  });
  const text = await response.text();
  if (response.status === 404) return undefined;
  if (!response.ok) throw new LocalFault(`GET ${path} answered ${response.status}: ${text}`);
  return Buffer.from(Contents.parse(JSON.parse(text)).content, "base64").toString("utf8");
}

/** @throws LocalFault where the file at GitHub is neither what the working copy has, nor what it was made of */
export async function refuseUnlessCurrent(place: Place, own: OwnStack): Promise<void> {
  if (!existsSync(own.file)) return;
  const there = await textThere(place, own);
  const here = readFileSync(own.file, "utf8");
  if (there === undefined || there === here || there === base(place.home, own.stack)) return;
  throw new LocalFault(
    `${whereOf(own)} has changed since this machine had it, by a rollback or somebody else:\n${differing(there, here)}\n  \`slipway local pull --stack ${own.stack}\` brings it here; \`local commit --overwrite\` gives up what is there`,
  );
}

/** What became of a stack's file of this machine. */
export interface PulledStack {
  readonly version: 1;
  readonly stack: string;
  readonly repository: string;
  readonly branch: string;
  readonly file: string;
  readonly isChanged: boolean;
}

/**
 * Brings a stack's file of the local GitHub into the working copy, as `git pull` does.
 *
 * @throws LocalFault where the working copy has changes of its own that would be lost
 */
export async function pullStack(
  place: Place,
  own: OwnStack,
  { overwrites = false }: { readonly overwrites?: boolean | undefined } = {},
): Promise<PulledStack> {
  const { stack, file } = own;
  const there = await textThere(place, own);
  if (there === undefined)
    throw new LocalFault(
      `${whereOf(own)} must be there: \`slipway local commit --stack ${stack}\` puts it there`,
    );
  const here = readFileSync(file, "utf8");
  const isChanged = here !== there;
  if (isChanged && here !== base(place.home, stack) && !overwrites)
    throw new LocalFault(
      `${file} has changes that are not at GitHub, and would be lost:\n${differing(there, here)}\n  change it by hand and \`slipway local commit --stack ${stack} --overwrite\`, or \`slipway local pull --stack ${stack} --overwrite\` gives up what is here`,
    );
  if (isChanged) writeFileSync(file, there);
  rememberBase(place.home, stack, there);
  return { version: 1, stack, ...own.home, file, isChanged };
}

const whereOf = (own: OwnStack): string => `${pathOf(own)} on ${own.home.branch} of ${own.home.repository}`;

const mostLines = 6;

/** The lines that only one of two texts has, a few of each. */
function differing(there: string, here: string): string {
  const only = (one: string, other: string): string[] => {
    const known = new Set(other.split("\n"));
    const lines = one.split("\n").filter((line) => !known.has(line));
    const rest = lines.length - mostLines;
    return [...lines.slice(0, mostLines).map((line) => line.trim()), ...(rest > 0 ? [`… ${rest} more`] : [])];
  };
  const told = (who: string, lines: string[]): string[] => lines.map((line) => `  ${who}: ${line}`);
  const lines = [...told("there", only(there, here)), ...told("here", only(here, there))];
  return lines.length > 0 ? lines.join("\n") : "  the same lines in another order";
}
