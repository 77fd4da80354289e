// Without Web Crypto.
module.exports = process.getBuiltinModule('node:crypto');
