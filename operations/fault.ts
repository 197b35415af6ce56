/** A failure of an operation that a person can mend: the message is one sentence that names the fix. */
export class OperationFault extends Error {
  override readonly name = "OperationFault";
}
