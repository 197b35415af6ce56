import { text } from "node:stream/consumers";
import type { Command } from "commander";
import { LocalFault } from "../../local/fault.ts";
import { context, stackCommand } from "./context.ts";

/** `slipway local secret`: sets a secret of a local stack. The value comes by standard input, so no shell keeps it. */
export function secretCommand(): Command {
  return stackCommand("secret", "set a secret of a local stack; the value is read from standard input")
    .argument("<name>", "key of the secret in the stack file, without its namespace")
    .addHelpText("after", "\nExample: printf %s new-value | npm run -s slipway -- local secret secretKey")
    .action(async (name: string, options: { stack: string }) => {
      if (!/^[a-z][A-Za-z0-9]*$/.test(name))
        throw new LocalFault(`"${name}" must be a key such as secretKey`);
      if (process.stdin.isTTY) process.stderr.write("the value, then Ctrl-D: ");
      const value = (await text(process.stdin)).replace(/\r?\n$/, "");
      if (value === "") throw new LocalFault("the value on standard input must not be empty");
      context().secrets.set(options.stack, name, value);
      process.stderr.write(`${name} is set for ${options.stack}: \`local up\` carries it to the stack\n`);
    });
}
