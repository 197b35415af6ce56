import type { Provider } from "../resource.ts";
import { connect } from "./account.ts";
import { environmentHandler } from "./environment.ts";
import { environmentPolicyHandler } from "./environment-policy.ts";
import { getTeam, getUser } from "./functions.ts";
import { rulesetHandler } from "./ruleset.ts";
import { environmentScope, repositoryScope } from "./scope.ts";
import { secretHandler } from "./secret.ts";
import { readProviderSettings } from "./settings.ts";
import { variableHandler } from "./variable.ts";

/** Manages GitHub as far as slipway uses it, in the way of the published provider of the same version. */
export const github: Provider = {
  name: "github",
  version: "6.15.0",
  async configure(config, limits) {
    const account = await connect(readProviderSettings(config, process.env), limits);
    const ofRepository = repositoryScope(account);
    const ofEnvironment = environmentScope(account);
    return {
      resources: {
        "github:index/actionsEnvironmentSecret:ActionsEnvironmentSecret": secretHandler(
          account,
          ofEnvironment,
        ),
        "github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable": variableHandler(
          account,
          ofEnvironment,
        ),
        "github:index/actionsSecret:ActionsSecret": secretHandler(account, ofRepository),
        "github:index/actionsVariable:ActionsVariable": variableHandler(account, ofRepository),
        "github:index/repositoryEnvironment:RepositoryEnvironment": environmentHandler(account),
        "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy":
          environmentPolicyHandler(account),
        "github:index/repositoryRuleset:RepositoryRuleset": rulesetHandler(account),
      },
      functions: {
        "github:index/getTeam:getTeam": getTeam(account),
        "github:index/getUser:getUser": getUser(account),
      },
    };
  },
};
