import type { Command } from "commander";

/** Lets a command read its arguments and note its name instead of acting. */
export function quiet(command: Command, ran: string[], path = ""): void {
  command.configureOutput({ writeErr: () => undefined, writeOut: () => undefined });
  for (const part of command.commands) {
    const name = path === "" ? part.name() : `${path} ${part.name()}`;
    if (part.commands.length === 0) part.action(() => void ran.push(name));
    quiet(part, ran, name);
  }
}
