import { expect, test } from "@jest/globals";
import { withoutAccounts } from "../../local/environment.ts";

test("what belongs to real accounts and to a real engine stays outside", () => {
  expect(
    withoutAccounts({
      PATH: "/bin",
      HOME: "/home/ada",
      PULUMI_HOME: "/home/ada/.pulumi",
      PULUMI_CONFIG_PASSPHRASE: "wrong",
      PULUMI_BACKEND_URL: "s3://real",
      AWS_PROFILE: "production",
      AWS_ACCESS_KEY_ID: "AKIA",
      DIGITALOCEAN_TOKEN: "dop_v1",
      SPACES_SECRET_ACCESS_KEY: "key",
      GITHUB_OWNER: "other",
      GH_TOKEN: "ghp",
      AWSOME: "stays",
    }),
  ).toEqual({ PATH: "/bin", HOME: "/home/ada", PULUMI_HOME: "/home/ada/.pulumi", AWSOME: "stays" });
});
