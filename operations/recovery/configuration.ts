import { z } from "zod";
import type { DigitalOceanAccess } from "../digitalocean.ts";
import { listAtDigitalOcean, lookAtDigitalOcean, NotAllowed } from "../drift/look.ts";
import { readState, textOf } from "../drift/state.ts";
import { OperationFault } from "../fault.ts";

/** What of a stack stands in no repository: its state, the spec that the app runs with, and the zone. */
export const configurationPieces = ["stack", "app", "zone"] as const;
export type ConfigurationPiece = (typeof configurationPieces)[number];

/** What a piece is called in the bucket. */
export const configurationName = (piece: ConfigurationPiece, stack: string): string => `${piece}-${stack}`;

/** The names of the pieces that a stack with these settings has. */
export const configurationNames = (stack: string, { app, dns }: { app?: unknown; dns?: unknown }): string[] =>
  configurationPieces
    .filter((piece) => piece === "stack" || (piece === "app" ? app : dns) !== undefined)
    .map((piece) => configurationName(piece, stack));

/** A piece as it is saved. */
export interface SavedPiece {
  readonly piece: ConfigurationPiece;
  readonly text: string;
}

/** The pieces that could be had, and a sentence for each that could not. */
export interface Configuration {
  readonly pieces: readonly SavedPiece[];
  readonly faults: readonly string[];
}

const App = z.looseObject({ app: z.looseObject({ spec: z.record(z.string(), z.unknown()) }) });
const Zone = z.looseObject({ domain: z.looseObject({ name: z.string() }) });
const ZoneRecord = z.record(z.string(), z.unknown());

/**
 * Puts a stack's configuration together. Secrets stay as they are kept: encrypted by the engine in the state, by the
 * platform in the app's spec.
 *
 * @param exported - what `pulumi stack export` prints, or the file of a state
 * @param access - asked for only where the stack has an app or a zone
 */
export async function gatherConfiguration(
  stack: string,
  exported: string,
  access: () => DigitalOceanAccess,
): Promise<Configuration> {
  const { appId, zone } = readState(stack, exported).outputs;
  const pieces: SavedPiece[] = [{ piece: "stack", text: importable(exported) }];
  const faults: string[] = [];
  const add = async (piece: ConfigurationPiece, work: () => Promise<unknown>): Promise<void> => {
    try {
      pieces.push({ piece, text: shown(await work()) });
    } catch (error) {
      if (!(error instanceof OperationFault || error instanceof NotAllowed)) throw error;
      faults.push(`${configurationName(piece, stack)} is not saved: ${error.message}`);
    }
  };
  if (textOf(appId) !== "") await add("app", () => appSpec(access(), textOf(appId)));
  if (textOf(zone) !== "") await add("zone", () => zoneRecords(access(), textOf(zone)));
  return { pieces, faults };
}

async function appSpec(access: DigitalOceanAccess, id: string): Promise<unknown> {
  const found = await lookAtDigitalOcean(access, `/v2/apps/${id}`, App);
  if (found === undefined) throw new OperationFault(`the app ${id} of the state is not there`);
  return found.app.spec;
}

async function zoneRecords(access: DigitalOceanAccess, zone: string): Promise<unknown> {
  const path = `/v2/domains/${encodeURIComponent(zone)}`;
  const found = await lookAtDigitalOcean(access, path, Zone);
  const records = await listAtDigitalOcean(access, `${path}/records`, "domain_records", ZoneRecord);
  if (found === undefined || records === undefined)
    throw new OperationFault(`the zone ${zone} of the state is not there`);
  return { ...found.domain, records };
}

const shown = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;

const Checkpoint = z.looseObject({
  version: z.int(),
  checkpoint: z.looseObject({ latest: z.record(z.string(), z.unknown()) }),
});

/** A state in the form that `pulumi stack import` takes: the file of a state has another. */
function importable(text: string): string {
  const file = Checkpoint.safeParse(JSON.parse(text));
  if (!file.success) return text;
  const { version, checkpoint } = file.data;
  return shown({ version, deployment: checkpoint.latest });
}

const Exported = z.looseObject({
  deployment: z.looseObject({
    resources: z
      .array(z.looseObject({ type: z.string(), outputs: z.record(z.string(), z.unknown()).optional() }))
      .nullish(),
  }),
});

/**
 * The state for another account: without the ciphertexts of the app's secrets, which only the lost account could open.
 * The next run sends the secrets themselves.
 *
 * @throws OperationFault where the text is no exported state
 */
export function forNewAccount(text: string): string {
  const file = Exported.safeParse(JSON.parse(text));
  if (!file.success) throw new OperationFault("--new-account is about an exported state: --piece stack");
  const { deployment } = file.data;
  const resources = (deployment.resources ?? []).map((resource) => {
    if (resource.type !== "pulumi:pulumi:Stack" || resource.outputs === undefined) return resource;
    const { sealed: _, ...outputs } = resource.outputs;
    return { ...resource, outputs };
  });
  return shown({ ...file.data, deployment: { ...deployment, resources } });
}
