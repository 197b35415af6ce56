import { expect, test } from "@jest/globals";
import { startArguments } from "../../cli/start-arguments.ts";

test.each<[string, string[], Record<string, string>, string[]]>([
  ["npm start", [], {}, ["local", "up"]],
  ["npm start -- --json", ["--json"], {}, ["local", "up", "--json"]],
  ["npm start --json", [], { npm_config_json: "true" }, ["local", "up", "--json"]],
  ["npm start --json -- --json", ["--json"], { npm_config_json: "true" }, ["local", "up", "--json"]],
  [
    "npm start --stack staging",
    ["staging"],
    { npm_config_stack: "true" },
    ["local", "up", "--stack", "staging"],
  ],
  ["npm start --stack=staging", [], { npm_config_stack: "staging" }, ["local", "up", "--stack=staging"]],
  ["npm start staging", ["staging"], {}, ["local", "up", "--stack", "staging"]],
  ["npm start -- --stack staging", ["--stack", "staging"], {}, ["local", "up", "--stack", "staging"]],
  ["npm start --show-secrets", [], { npm_config_show_secrets: "true" }, ["local", "up", "--show-secrets"]],
  ["npm start --no-json", [], { npm_config_json: "false" }, ["local", "up"]],
])("%s", (_command, args, environment, expected) => {
  expect(startArguments(args, environment)).toEqual(expected);
});
