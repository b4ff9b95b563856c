/** `name`, `name:live`, or an ARN with or without a qualifier. */
export function parseFunctionName(nameOrArn: string): { name: string; qualifier?: string } {
  const parts = nameOrArn.split(':');
  const [name = '', qualifier] = nameOrArn.startsWith('arn:') ? parts.slice(6) : parts;
  return { name, ...(qualifier !== undefined && { qualifier }) };
}
