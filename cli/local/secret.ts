import { isUtf8 } from "node:buffer";
import { buffer } from "node:stream/consumers";
import type { Command } from "commander";
import { nearest } from "../../components/internal/suggest.ts";
import { LocalFault } from "../../local/fault.ts";
import { context, stackCommand, stackFileOption, withOwnFile } from "./context.ts";
import { askedSecrets, type StackOptions } from "./request.ts";

/** `slipway local secret`: sets a secret of a local stack. The value comes by standard input, so no shell keeps it. */
export function secretCommand(): Command {
  return stackCommand("secret", "set a secret of a local stack; the value is read from standard input")
    .argument("<name>", "key of the secret in the stack file, without its namespace")
    .addHelpText("after", "\nExample: printf %s new-value | npm run -s slipway -- local secret secretKey")
    .addOption(stackFileOption())
    .action(async (name: string, given: StackOptions) => {
      const local = context();
      const options = withOwnFile(local, given);
      const asked = askedSecrets(options);
      if (!asked.includes(name)) {
        const near = nearest(name, asked);
        const guess = near === undefined ? "" : `; did you mean ${near}?`;
        throw new LocalFault(
          `"${name}" must be a secret that stack ${options.stack} asks for: ${asked.join(", ") || "it asks for none"}${guess}`,
        );
      }
      if (process.stdin.isTTY) process.stderr.write("the value, then Ctrl-D: ");
      const value = secretValue(await buffer(process.stdin));
      local.secrets.set(options.stack, name, value);
      process.stderr.write(`${name} is set for ${options.stack}: \`local up\` carries it to the stack\n`);
    });
}

/** Longest secret that GitHub keeps, bytes (docs.github.com, Using secrets in GitHub Actions, 2026-11-21). */
const longest = 48 * 1024;

/** The text behind the bytes that came in, without the line end that a shell puts behind it. */
function secretValue(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw new LocalFault("the value on standard input must be UTF-8 text");
  const value = bytes.toString("utf8").replace(/\r?\n$/, "");
  if (value === "") throw new LocalFault("the value on standard input must not be empty");
  if (value.includes("\0")) throw new LocalFault("the value on standard input must not hold a NUL character");
  if (bytes.length > longest)
    throw new LocalFault(`the value on standard input must be at most ${longest} bytes; got ${bytes.length}`);
  return value;
}
