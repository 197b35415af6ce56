import type { Command } from "commander";
import { pushImage } from "../../local/stack/pipeline.ts";
import { jsonOption } from "../output-options.ts";
import { context, stackCommand, stackFileOption } from "./context.ts";
import { ownStack } from "./own-stacks.ts";
import type { StackOptions } from "./request.ts";

/** `slipway local image`: stands in for the build of a product, which pushes its images. */
export function imageCommand(): Command {
  return stackCommand("image", "push a made-up image of a component to the local registry, as a build would")
    .argument("<component:tag>", "which component of the stack, and the tag of its image")
    .addOption(stackFileOption())
    .addOption(jsonOption())
    .addHelpText(
      "after",
      "\nPrints repository:tag@digest. The same tag is the same image: what runs in its place is a placeholder.",
    )
    .action(async (named: string, { stack, stackFile, json }: StackOptions & { json?: boolean }) => {
      const local = context();
      const pushed = await pushImage(local.cloud, ownStack(local, stack, stackFile), named);
      const { image, tag, digest } = pushed;
      process.stdout.write(`${json ? JSON.stringify(pushed, undefined, 2) : `${image}:${tag}@${digest}`}\n`);
    });
}
