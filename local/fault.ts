/** A failure of the local way that a person can mend: the message is one sentence that names the fix. */
export class LocalFault extends Error {
  override readonly name = "LocalFault";
}
