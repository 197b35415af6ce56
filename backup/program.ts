import { exitCodes, Failure } from "./failure.ts";
import { prepare } from "./prepare.ts";

/** Where a command writes its lines: progress, and what went wrong. */
export interface Output {
  say(line: string): void;
  complain(line: string): void;
}

export type Environment = Readonly<Record<string, string | undefined>>;

interface Command {
  readonly summary: string;
  /** Variables that it reads, each with its meaning. */
  readonly variables: Readonly<Record<string, string>>;
  run(environment: Environment, output: Output): Promise<void>;
}

const commands: Readonly<Record<string, Command>> = {
  prepare: {
    summary:
      "give databases their extensions, and their owners the right to create in schema public; safe to repeat",
    variables: {
      DATABASE_ADMIN_URL:
        "administrator's URL, postgresql://user:password@host:port/database?sslmode=require",
      DATABASE_PREPARATION: 'JSON: {"databases": [{"name", "owner", "extensions": [...]}]}',
      DATABASE_CA_CERT: "optional: PEM text; the server's certificate must then be signed by it",
      DATABASE_WAIT_SECONDS:
        "optional: how long to wait for the server and for other runs, 0 to 600, default 120",
    },
    run: prepare,
  },
};

/** Runs one command and answers with its exit code. */
export async function runCommand(
  args: readonly string[],
  environment: Environment,
  output: Output,
): Promise<number> {
  const [name, ...rest] = args;
  if (rest.length === 0 && (name === "help" || name === "--help" || name === "-h")) {
    output.say(helpText());
    return exitCodes.done[0];
  }
  const command = name === undefined || !Object.hasOwn(commands, name) ? undefined : commands[name];
  if (command === undefined || rest.length > 0) {
    output.complain(
      `${usageFault(name, command, rest)}; commands: ${Object.keys(commands).join(", ")}, help`,
    );
    return exitCodes.usage[0];
  }
  try {
    await command.run(environment, output);
    return exitCodes.done[0];
  } catch (error) {
    const outcome = error instanceof Failure ? error.outcome : "unexpected";
    output.complain(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    return exitCodes[outcome][0];
  }
}

function usageFault(name: string | undefined, command: Command | undefined, rest: readonly string[]): string {
  if (name === undefined) return "no command given";
  return command === undefined ? `unknown command ${name}` : `${name} takes no argument ${rest[0]}`;
}

function helpText(): string {
  const described = Object.entries(commands).flatMap(([name, { summary, variables }]) => [
    `  ${name}  ${summary}`,
    ...Object.entries(variables).map(([variable, meaning]) => `    ${variable}  ${meaning}`),
  ]);
  const codes = Object.values(exitCodes).map(([code, meaning]) => `  ${code}  ${meaning}`);
  return [
    "usage: node backup/main.ts <command>",
    "",
    "commands, with the environment variables that they read:",
    ...described,
    "",
    "exit codes:",
    ...codes,
    "  130, 143  ended by SIGINT, SIGTERM",
  ].join("\n");
}
