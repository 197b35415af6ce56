import { z } from "zod";
import { awsRegions } from "../catalog/aws-regions.ts";
import { type Block, blocks } from "../components/config.ts";

type Json = Record<string, unknown>;

/** What each block of a stack file is about. */
const blockTexts: Record<Block, string> = {
  product: "What the whole stack is about. Without it the stack is the default product in development.",
  network: "The private network of app and database.",
  database: "The Postgres cluster.",
  backups: "Backups outside the database's platform.",
  files: "Files that the product's users upload: their bucket, its copy in another region, and who may sign.",
  app: "The web product on App Platform.",
  dns: "The zone and its records.",
  delivery: "How the stack is deployed: GitHub environment, gate, and the identity of its workflows.",
  repository: "Rules of the branch that the stack deploys from, and what all workflows share.",
  monitoring: "Checks from outside, and alerts of the database.",
  budget: "What the stack may cost, in USD a month.",
  policy: "Findings of rules that the stack lives with for a while.",
  gate: "What lets a pull request through that would lose something, go over the budget or break a policy.",
  recovery: "What is promised about recovery; what the settings cannot keep is refused.",
  release: "What is to run. The workflow that promotes a release writes it.",
  verify: "What has to be true of a deployment before it counts as verified.",
  promotion: "Where releases come from, and what they must have behind them.",
  operations: "The image that prepares the database before each deployment.",
};

/** Blocks to start from, where a person would not guess them. */
const blockExamples: Partial<Record<Block, unknown[]>> = {
  product: [{ name: "tinkertools", repository: "tinkertools/tinkertools", region: "nyc" }],
  network: [{ ipRange: "10.40.0.0/20" }],
  database: [{ version: "16", size: "db-s-1vcpu-2gb", databases: { shop: { owner: "shop_app" } } }],
  backups: [{ schedule: "daily", retentionDays: 30, lock: { mode: "governance", days: 30 } }],
  files: [{ components: ["api"], origins: ["https://shop.example"], replica: { region: "eu-west-1" } }],
  budget: [{ database: 40, compute: 50, storage: 10, warnAtPercent: [50, 75, 90] }],
  recovery: [{ databaseMinutes: 20, lossMinutes: 60, reachDays: 30 }],
};

const secure: Json = {
  type: "object",
  description: "A secret, as `pulumi config set --secret` writes it.",
  properties: {
    secure: {
      type: "string",
      minLength: 1,
      description: "The ciphertext, which only the stack's secrets provider opens.",
    },
  },
  required: ["secure"],
  additionalProperties: false,
};

function blockSchema(block: Block): Json {
  const { $schema: _, ...schema } = z.toJSONSchema(blocks[block], {
    target: "draft-7",
    io: "input",
    unrepresentable: "any",
  });
  const examples = blockExamples[block];
  return { ...schema, description: blockTexts[block], ...(examples === undefined ? {} : { examples }) };
}

/**
 * The JSON Schema of a stack file, for editors. It knows every setting, default and closed list; rules between settings
 * are told by `slipway plan`. Draft 7, since that is what YAML's language server reads best.
 */
export function stackFileSchema(): Json {
  const names = Object.keys(blocks) as Block[];
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Stack file of slipway",
    description: "The settings of one stack, Pulumi.<stack>.yaml.",
    type: "object",
    properties: {
      config: {
        description: "The stack's settings, by namespace and name.",
        type: "object",
        properties: {
          ...Object.fromEntries(names.map((block) => [`slipway:${block}`, blockSchema(block)])),
          "aws:region": {
            description: "Region of AWS that the backups are kept in.",
            enum: [...awsRegions],
          },
          "github:owner": {
            description: "Whose repositories are worked on: the owner of product.repository.",
            type: "string",
          },
        },
        patternProperties: {
          [`^slipway:(?!(?:${names.join("|")})$)[a-z][A-Za-z0-9]*$`]: secure,
          "^(?:aws|digitalocean|github|pulumi):(?!(?:region|owner)$)": {
            description: "A setting of a provider or of Pulumi.",
          },
        },
        additionalProperties: false,
      },
      encryptionsalt: {
        type: "string",
        description: "Salt of the passphrase that the secrets are encrypted with; Pulumi writes it.",
      },
      encryptedkey: {
        type: "string",
        description: "Key of the secrets, encrypted by the secrets provider; Pulumi writes it.",
      },
      secretsprovider: {
        type: "string",
        description: "What encrypts the secrets of the stack: a passphrase, or a key of a cloud.",
        examples: ["passphrase", "awskms://alias/slipway?region=eu-central-1"],
      },
      environment: { description: "Environments of Pulumi ESC whose values the stack takes over." },
    },
    additionalProperties: false,
  };
}

/** The same as text, as it is committed. */
export const stackFileSchemaText = (): string => `${JSON.stringify(stackFileSchema(), undefined, 2)}\n`;
