import { z } from "zod";
import { LocalFault } from "../fault.ts";
import { readJson } from "../files.ts";
import { stackExists, stateFile } from "./state-file.ts";

const StateFile = z.looseObject({
  checkpoint: z.looseObject({
    latest: z
      .looseObject({
        resources: z
          .array(
            z.looseObject({
              type: z.string(),
              id: z.string().optional(),
              custom: z.boolean().optional(),
              outputs: z.record(z.string(), z.unknown()).optional(),
            }),
          )
          .optional(),
      })
      .nullish(),
  }),
});

/** What the state of a stack tells without its key. */
export interface StackState {
  /** How many resources the clouds hold; 0 where a first run was interrupted before it made one. */
  readonly resources: number;
  /** The address of the app, where there is one. */
  readonly appUrl?: string;
  /** Host and port of the database, where there is one. */
  readonly database?: string;
  /** Names of the apps that were made. */
  readonly apps: readonly string[];
}

/** @throws LocalFault when there is no state of this stack */
export function refuseUnlessUp(home: string, stack: string): void {
  if (!stackExists(home, stack))
    throw new LocalFault(`stack ${stack} is not up: start it with \`npm start -- --stack ${stack}\``);
}

/** The resources of a stack's state file, their ids and outputs, without the engine. */
export const madeResources = (home: string, stack: string) =>
  StateFile.parse(readJson(stateFile(home, stack))).checkpoint.latest?.resources ?? [];

/** Reads a stack's state file, without the engine. */
export function stackState(home: string, stack: string): StackState {
  const resources = madeResources(home, stack);
  const made = resources.filter(({ type, custom }) => custom && !type.startsWith("pulumi:providers:"));
  const outputs = resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs ?? {};
  const { appUrl, databaseHost, databasePort } = outputs;
  return {
    resources: made.length,
    ...(typeof appUrl === "string" ? { appUrl } : {}),
    ...(typeof databaseHost === "string" ? { database: `${databaseHost}:${String(databasePort)}` } : {}),
    apps: made.flatMap(({ type, outputs: own }) =>
      type === "digitalocean:index/app:App" ? appName(own) : [],
    ),
  };
}

const App = z.looseObject({ spec: z.looseObject({ name: z.string() }) });

function appName(outputs: unknown): string[] {
  const app = App.safeParse(outputs);
  return app.success ? [app.data.spec.name] : [];
}
