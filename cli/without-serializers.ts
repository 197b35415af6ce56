import * as module from "node:module";

const replacement = new URL("serializers.cjs", import.meta.url).href;

/**
 * Lets the SDK load without TypeScript and npm's dependency resolver. It needs them only to turn functions into source
 * text, which nothing here does, and loads them all the same, which takes a quarter of a second of each command.
 */
export function loadWithoutSerializers(): void {
  // Not there before Node 22.15, and not under jest, whose settings do the same.
  module.registerHooks?.({
    resolve(specifier, context, nextResolve) {
      const isSerializer = specifier === "typescript" || specifier === "@npmcli/arborist";
      return isSerializer && context.parentURL?.includes("/node_modules/@pulumi/pulumi/")
        ? { url: replacement, format: "commonjs", shortCircuit: true }
        : nextResolve(specifier, context);
    },
  });
}
