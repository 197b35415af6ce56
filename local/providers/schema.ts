import { readFileSync } from "node:fs";

/**
 * One value. The names that a Pulumi package schema uses mean the same here (`type`, `items`, `additionalProperties`,
 * `$ref`, `secret`, `willReplaceOnChanges`); the others hold what such a schema leaves out and the provider's code says.
 */
export interface PropertySchema {
  /** Left out where `$ref` is given. */
  readonly type?: "string" | "number" | "integer" | "boolean" | "array" | "object";
  /** `#/types/<key>`: a key of `ProviderSchema.types`. */
  readonly $ref?: string;
  /** Of an array. */
  readonly items?: PropertySchema;
  /** Of an object with free keys. */
  readonly additionalProperties?: PropertySchema;
  readonly secret?: boolean;
  readonly willReplaceOnChanges?: boolean;
  readonly deprecationMessage?: string;

  /** Filled in at Check where the input is left out. */
  readonly default?: string | number | boolean;
  /**
   * The API fills it in, so leaving it out is no change. Inside an object it may also be an output that nobody gives.
   */
  readonly computed?: boolean;
  /** An array whose order means nothing. */
  readonly set?: boolean;
  /** The only values allowed. */
  readonly enum?: readonly (string | number)[];
  /** The text is compared without regard to case, also with `enum`. */
  readonly ignoreCase?: boolean;
  /** A value that means the same as leaving the input out. */
  readonly same?: string | number | boolean;
  /** Inclusive limits of a number. */
  readonly minimum?: number;
  readonly maximum?: number;
  /** Inclusive limits of a text's length in characters. */
  readonly minLength?: number;
  readonly maxLength?: number;
  /** Regular expression that the whole text has to match. */
  readonly pattern?: string;
  /** Inclusive limits of an array's length. */
  readonly minItems?: number;
  readonly maxItems?: number;
  /** Inputs of the same object that must not be given together with this one. */
  readonly conflictsWith?: readonly string[];
}

/** A nested object with known keys. */
export interface ObjectSchema {
  readonly type: "object";
  readonly properties: Readonly<Record<string, PropertySchema>>;
  readonly required?: readonly string[];
}

/** A closed or suggested set of texts; what is not in it is left to the API to refuse. */
export interface TextSchema {
  readonly type: "string";
}

export interface ResourceSchema {
  readonly inputProperties: Readonly<Record<string, PropertySchema>>;
  readonly requiredInputs?: readonly string[];
  /** Every output, given inputs included. */
  readonly properties: Readonly<Record<string, PropertySchema>>;
  /** How the provider makes up the name where it is left out. Without it, nothing is made up. */
  readonly autoName?: AutoName;
  /** The old one has to go before a replacement is made, whatever its name is. */
  readonly deleteBeforeReplace?: boolean;
}

/** A name made from the resource's logical name and a random suffix of seven hexadecimal digits. */
export interface AutoName {
  /** The input that holds the name. */
  readonly property: string;
  readonly separator: string;
  readonly maxLength: number;
  /** Whether the name is put in lower case. */
  readonly lowerCase?: boolean;
}

/** What one provider accepts and returns: the content of `schema/<provider>.json`. */
export interface ProviderSchema {
  /** Where the data comes from and what was changed. */
  readonly source: {
    readonly repository: string;
    readonly version: string;
    readonly file: string;
    readonly license: string;
    readonly changes: string;
  };
  readonly name: string;
  /** Version of the published provider that the data describes, without a leading `v`. */
  readonly version: string;
  /** Settings of the provider itself. */
  readonly config: Readonly<Record<string, PropertySchema>>;
  /** By type token, for example `aws:s3/bucket:Bucket`. */
  readonly resources: Readonly<Record<string, ResourceSchema>>;
  /** By the key that a `$ref` names. */
  readonly types: Readonly<Record<string, ObjectSchema | TextSchema>>;
}

const loaded = new Map<string, ProviderSchema>();

/** Reads `schema/<name>.json`, once per process. */
export function providerSchema(name: string): ProviderSchema {
  let schema = loaded.get(name);
  if (schema === undefined) {
    schema = JSON.parse(
      readFileSync(new URL(`schema/${name}.json`, import.meta.url), "utf8"),
    ) as ProviderSchema;
    loaded.set(name, schema);
  }
  return schema;
}
