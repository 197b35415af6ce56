import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "@jest/globals";

const script = `
  import { createRequire } from "node:module";
  import { loadWithoutSerializers } from "./cli/without-serializers.ts";
  loadWithoutSerializers();
  const require = createRequire(process.cwd() + "/x.js");
  const pulumi = require("@pulumi/pulumi");
  const loaded = Object.keys(require.cache).filter((path) => /\\/typescript\\.js$|arborist\\/lib/.test(path));
  const said = await pulumi.runtime.serializeFunction(() => 1).catch((error) => error.message);
  const { version } = require("typescript");
  console.log(JSON.stringify({ loaded, said, own: /^\\d+\\./.test(version) }));
`;

test("the SDK loads without what only turns functions into source text, and says so where that is asked of it", () => {
  const root = fileURLToPath(new URL("../..", import.meta.url));
  // The SDK loads each of Node's modules where it serializes, deprecated ones too.
  const options = [
    "--disable-warning=ExperimentalWarning",
    "--disable-warning=DEP0025",
    "--input-type=module",
    "--eval",
    script,
  ];
  const printed = execFileSync(process.execPath, options, { cwd: root, encoding: "utf8" });
  expect(JSON.parse(printed)).toEqual({
    loaded: [],
    said: expect.stringMatching(/^slipway turns no function into source text, and that alone needs \w+$/),
    own: true,
  });
});
