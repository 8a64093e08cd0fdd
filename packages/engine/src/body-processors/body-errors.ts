/** REQBODY_ERROR_MSG when a request has more arguments than `SecArgumentsLimit`. */
export const ARGUMENTS_LIMIT_EXCEEDED = 'SecArgumentsLimit exceeded';
