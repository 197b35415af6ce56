import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { ServedApp } from "../apis/digitalocean/platform.ts";
import { type Answer, jsonAnswer, placeholderAnswer } from "./apps-placeholder.ts";
import { destinationOf } from "./apps-routes.ts";

/** The address of one app: a server on the loopback address that answers by the app's ingress rules. */
export class AppListener {
  private readonly server: Server;
  private app: ServedApp;

  constructor(app: ServedApp) {
    this.app = app;
    this.server = createServer((request, response) => this.respond(request, response));
  }

  /** Requests from now on are answered by this state of the app. */
  show(app: ServedApp): void {
    this.app = app;
  }

  /**
   * Listens on a port, or on any free one.
   *
   * @throws Error with code EADDRINUSE when the port is taken
   */
  listen(port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.once("error", reject);
      this.server.listen(port, "127.0.0.1", () => {
        this.server.off("error", reject);
        const address = this.server.address();
        resolve(typeof address === "object" && address !== null ? address.port : port);
      });
    });
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }

  private respond(request: IncomingMessage, response: ServerResponse): void {
    const answer = this.answerTo(request.headers.host ?? "", request.url ?? "/");
    // What came with the request is read to its end, so that the connection can be used again.
    request.resume();
    const { status, headers, body } = answer;
    response.writeHead(status, { ...headers, "content-length": Buffer.byteLength(body) });
    response.end(request.method === "HEAD" ? undefined : body);
  }

  private answerTo(host: string, target: string): Answer {
    const destination = destinationOf(this.app.routes, { host, target });
    if (destination === undefined) {
      return jsonAnswer(404, {}, { app: this.app.appName, error: "no ingress rule fits this path" });
    }
    if ("location" in destination) {
      return { status: destination.code, headers: { location: destination.location }, body: "" };
    }
    const component = this.app.components.find(({ name }) => name === destination.component);
    if (component === undefined) {
      const error = `the ingress rule names ${destination.component}, which is no component`;
      return jsonAnswer(502, {}, { app: this.app.appName, error });
    }
    return placeholderAnswer(component, destination.target);
  }
}
