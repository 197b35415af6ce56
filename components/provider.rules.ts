import { awsRegions } from "../catalog/aws-regions.ts";
import { shown } from "./internal/faults.ts";
import type { StackRule } from "./internal/rules.ts";
import { nearest } from "./internal/suggest.ts";
import { providerAddressFaults } from "./provider-addresses.ts";
import type { Stack } from "./stack-rule.ts";

/** What must hold of the settings of providers. */
export const providerRules: readonly StackRule<Stack>[] = [
  {
    id: "aws-region",
    demands: "The region of AWS is one that there is.",
    faults({ config }) {
      const region = config["aws:region"];
      if (region === undefined || awsRegions.some((known) => known === region)) return [];
      const near = nearest(region, awsRegions);
      const hint = near === undefined ? "" : `, did you mean ${near}?`;
      return [
        {
          path: "aws:region",
          message: `must be a region of AWS such as us-east-1; got ${shown(region)}${hint}`,
        },
      ];
    },
  },
  {
    id: "provider-address",
    demands: "No provider takes its token to another address than its platform's.",
    faults: ({ config }) => providerAddressFaults(config),
  },
  {
    id: "github-owner",
    demands: "GitHub's provider works for the owner of the product's repository.",
    faults({ config, githubOwner, product }) {
      const wanted = product?.repository.split("/")[0] ?? "";
      return Object.entries({ "github:owner": config["github:owner"], GITHUB_OWNER: githubOwner }).flatMap(
        ([path, owner]) =>
          product === undefined || owner === undefined || owner.toLowerCase() === wanted.toLowerCase()
            ? []
            : [{ path, message: `must be ${wanted}, who owns product.repository; got ${shown(owner)}` }],
      );
    },
  },
];
