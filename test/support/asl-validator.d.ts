/** The package ships types that are not reachable under `nodenext`. */
declare module 'asl-validator' {
  const validate: (
    definition: object,
    options?: { checkPaths?: boolean; checkArn?: boolean },
  ) => { isValid: boolean; errorsText: (separator?: string) => string };
  export default validate;
}
