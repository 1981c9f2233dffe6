/** The few functions of sodium-native that Postern calls; the package ships no types. */
declare module "sodium-native" {
  interface Sodium {
    crypto_aead_xchacha20poly1305_ietf_KEYBYTES: number;
    crypto_aead_xchacha20poly1305_ietf_NPUBBYTES: number;
    crypto_aead_xchacha20poly1305_ietf_ABYTES: number;
    crypto_pwhash_STRBYTES: number;
    crypto_aead_xchacha20poly1305_ietf_encrypt(
      out: Buffer,
      message: Buffer,
      ad: Buffer | null,
      secretNonce: null,
      nonce: Buffer,
      key: Buffer,
    ): number;
    crypto_aead_xchacha20poly1305_ietf_decrypt(
      out: Buffer,
      secretNonce: null,
      sealed: Buffer,
      ad: Buffer | null,
      nonce: Buffer,
      key: Buffer,
    ): number;
    crypto_kdf_derive_from_key(out: Buffer, id: number, context: Buffer, key: Buffer): void;
    crypto_generichash(out: Buffer, input: Buffer, key?: Buffer): void;
    crypto_pwhash_str_async(
      out: Buffer,
      password: Buffer,
      operations: number,
      memory: number,
      done: (error: Error | null) => void,
    ): void;
    crypto_pwhash_str_verify_async(
      hash: Buffer,
      password: Buffer,
      done: (error: Error | null, right: boolean) => void,
    ): void;
    crypto_pwhash_str_needs_rehash(hash: Buffer, operations: number, memory: number): boolean;
  }
  const sodium: Sodium;
  export default sodium;
}
