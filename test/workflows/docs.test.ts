import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { program } from "../../cli/program.ts";
import { quiet } from "../support/quiet.ts";

const read = (name: string): string => readFileSync(new URL(`../../docs/${name}`, import.meta.url), "utf8");

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
      .replace(/\b(ID|TEXT|NAME|COMMIT)\b/g, "x")
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
