import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { program } from "../../cli/program.ts";
import { quiet } from "../support/quiet.ts";

const read = (name: string): string => readFileSync(new URL(`../../docs/${name}`, import.meta.url), "utf8");

describe("the policies for a state in a bucket", () => {
  interface Statement {
    Sid: string;
    Effect: string;
    Action: string;
    Resource: string | string[];
  }
  const [reader = [], writer = []] = [...read("workflows.md").matchAll(/```json\n([\s\S]*?)```/g)].map(
    ([, text = ""]) => (JSON.parse(text) as { Statement: Statement[] }).Statement,
  );
  const matches = (pattern: string, text: string): boolean =>
    new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*")}$`).test(text);
  const allows = (statements: readonly Statement[], action: string, key: string): boolean =>
    statements.some(
      (one) =>
        one.Effect === "Allow" &&
        matches(one.Action, action) &&
        [one.Resource].flat().some((resource) => matches(resource, `arn:aws:s3:::acme-state/${key}`)),
    );

  /** What the CLI asked of a bucket for a stack, v3.253.0, 2026-11-21. */
  const stack = (name: string) => `.pulumi/stacks/slipway/${name}.json`;
  const reads: [string, string][] = [
    ["s3:GetObject", ".pulumi/meta.yaml"],
    ["s3:GetObject", stack("production")],
    ["s3:GetObject", ".pulumi/stacks/slipway/production.pulumi-tags"],
  ];
  const run = "production/production-1795289281268527439";
  const lock = ".pulumi/locks/organization/slipway/production/1713e4bd.json";
  const writes: [string, string][] = [
    ["s3:PutObject", lock],
    ["s3:GetObject", lock],
    ["s3:DeleteObject", lock],
    ["s3:PutObject", stack("production")],
    ["s3:PutObject", `${stack("production")}.bak`],
    ["s3:PutObject", `.pulumi/history/slipway/${run}.history.json`],
    ["s3:PutObject", `.pulumi/history/slipway/${run}.checkpoint.json`],
    ["s3:PutObject", ".pulumi/backups/slipway/production/production.1795289281306394634.json"],
  ];

  test("allow what a preview asks for, and a run what it writes besides", () => {
    expect(reads.filter(([action, key]) => !allows(reader, action, key))).toEqual([]);
    expect(
      [...reads, ...writes].filter(([action, key]) => !allows([...reader, ...writer], action, key)),
    ).toEqual([]);
  });

  test("let a preview write nothing, nobody delete a state, and no stack touch another one", () => {
    expect(writes.filter(([action, key]) => allows(reader, action, key))).toEqual([]);
    const all = [...reader, ...writer];
    expect(allows(all, "s3:DeleteObject", stack("production"))).toBe(false);
    const others = [...reads, ...writes].map(
      ([action, key]) => [action, key.replaceAll("production", "staging")] as const,
    );
    expect(others.filter(([action, key]) => key.includes("staging") && allows(all, action, key))).toEqual([]);
    expect(all.filter(({ Action }) => Action.includes("*"))).toEqual([]);
  });
});

describe("commands in docs/releases.md and docs/workflows.md", () => {
  const commands = [
    ...new Set(
      ["releases.md", "workflows.md"].flatMap((name) =>
        [
          ...read(name).matchAll(
            /`?(?:npm run -s slipway -- |slipway )((?:release|drift|status|guard|report)\b[^`\n]*)`?/g,
          ),
        ].map(([, text = ""]) => text.trim()),
      ),
    ),
  ];
  /** A command as a person types it: what stands in brackets is given, and names stand for something. */
  const typed = (text: string): string[] => {
    const words = text
      .replaceAll(/[[\]]/g, "")
      .replace("COMPONENT=REPOSITORY:TAG", "api=ghcr.io/acme/shop-api:1.4.2")
      .replace(/\b(ID|TEXT|NAME)\b/g, "x")
      .replace(/\bN\b/g, "9")
      .replaceAll(/"[^"]*"/g, "text")
      .split(/\s+/);
    const [first, second] = words;
    const isWhole =
      text.includes("--stack") ||
      text.includes("--from") ||
      first === "status" ||
      (first === "release" && second === undefined);
    // The table leaves out what every command takes.
    return isWhole ? words : [...words, "--stack", "production"];
  };

  test("are these", () => {
    expect(commands.length).toBeGreaterThan(12);
  });

  test.each(
    commands.filter((text) => /^(release \w+|drift|status --|status$)/.test(text)).map((text) => [text]),
  )("slipway %s is a command with these options", async (text) => {
    const args = typed(text);
    const command = await program(args);
    const ran: string[] = [];
    quiet(command, ran);
    await command.parseAsync(args, { from: "user" });
    expect(ran).toEqual([args.slice(0, ran[0]?.split(" ").length).join(" ")]);
  });
});
