import { AwsError } from '../stand-in.ts';

/** What every stand-in answers to an operation, or a use of one, that nothing of ours needs. */
export const notImplemented = (operation: string): AwsError =>
  new AwsError('NotImplemented', `${operation} is not implemented by the local stack`, 501);
