import * as pulumi from "@pulumi/pulumi";
import messages from "@pulumi/pulumi/proto/resource_pb.js";
import { unknownValue } from "@pulumi/pulumi/runtime/rpc.js";
import { getMonitor } from "@pulumi/pulumi/runtime/settings.js";
import structs from "google-protobuf/google/protobuf/struct_pb.js";
import { foretold } from "./foretold.ts";
import { plainInputs, type Registration } from "./inputs.ts";

type Reply<T> = (error: Error | null, message?: T) => void;
type Values = Record<string, unknown>;

const project = "slipway";

/**
 * What a program talks to in the place of the engine: takes every registration and answers with what can be foretold.
 */
export class Monitor {
  readonly registrations = new Map<string, Registration>();
  readonly stack: string;

  constructor(stack: string) {
    this.stack = stack;
  }

  /** Makes the SDK of this process talk to this monitor, until the next one attaches. */
  async attach(): Promise<void> {
    const unused = () => {
      throw new Error("the monitor below answers in the place of the mocks");
    };
    // As a preview, so that what nobody knows yet stays unknown.
    await pulumi.runtime.setMocks(
      { newResource: unused, call: unused },
      project,
      this.stack,
      true,
      "organization",
    );
    // The SDK's own mocks do not hand on a resource's options, and convert every value four times.
    Object.assign(getMonitor() as object, {
      registerResource: this.registerResource.bind(this),
      registerResourceOutputs: (_: unknown, reply: Reply<object>) => reply(null, {}),
      readResource: this.readResource.bind(this),
      invoke: this.invoke.bind(this),
    });
  }

  private registerResource(
    request: messages.RegisterResourceRequest,
    reply: Reply<messages.RegisterResourceResponse>,
  ): void {
    const [type, name, parent] = [request.getType(), request.getName(), request.getParent()];
    const urn = this.urn(type, name, parent);
    const inputs = (request.getObject()?.toJavaScript() ?? {}) as Values;
    const imported = request.getImportid();
    this.registrations.set(urn, {
      urn,
      type,
      name,
      ...(parent === "" ? {} : { parent }),
      inputs,
      options: {
        protect: request.getProtect() === true,
        retainOnDelete: request.getRetainondelete() === true,
        ignoreChanges: request.getIgnorechangesList(),
        dependsOn: request.getDependenciesList().sort(),
        aliases: request.getAliasesList().map((alias) => alias.toObject()),
        ...(imported === "" ? {} : { import: imported }),
      },
    });
    const response = new messages.RegisterResourceResponse();
    response.setUrn(urn);
    // Without an id the SDK takes it for unknown.
    response.setId(imported);
    response.setObject(structOf({ ...inputs, ...foretold(type, plainInputs(inputs)) }));
    reply(null, response);
  }

  /** The stack's own last outputs: a plan knows of none. */
  private readResource(
    request: messages.ReadResourceRequest,
    reply: Reply<messages.ReadResourceResponse>,
  ): void {
    const response = new messages.ReadResourceResponse();
    response.setUrn(this.urn(request.getType(), request.getName(), request.getParent()));
    response.setProperties(structOf({ name: request.getId(), outputs: {}, secretOutputNames: [] }));
    reply(null, response);
  }

  /** A look-up at a cloud: what it would find is not known. */
  private invoke(_: messages.ResourceInvokeRequest, reply: Reply<messages.ResourceInvokeResponse>): void {
    const response = new messages.ResourceInvokeResponse();
    response.setReturn(structOf({ id: unknownValue }));
    reply(null, response);
  }

  private urn(type: string, name: string, parent: string): string {
    const above = parent.split("::")[2];
    const types = above === undefined ? type : `${above}$${type}`;
    return `urn:pulumi:${this.stack}::${project}::${types}::${name}`;
  }
}

const structOf = (values: Values) => structs.Struct.fromJavaScript(values as Record<string, never>);
