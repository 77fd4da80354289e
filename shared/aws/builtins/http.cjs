// Without WebSocket, which brings a library of its own.
module.exports = process.getBuiltinModule('node:http');
