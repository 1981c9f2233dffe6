/** XChaCha20-Poly1305 (IETF) with associated data, through libsodium. */
import { randomBytes } from "node:crypto";
import sodium from "sodium-native";

/** nonce (24 bytes, random) followed by ciphertext and tag. */
export function encrypt(message: Buffer, context: string, key: Buffer): Buffer {
  const nonce = randomBytes(sodium.crypto_aead_xchacha20poly1305_ietf_NPUBBYTES);
  const out = Buffer.alloc(message.length + sodium.crypto_aead_xchacha20poly1305_ietf_ABYTES);
  sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(out, message, Buffer.from(context), null, nonce, key);
  return Buffer.concat([nonce, out]);
}

/** Throws when the key does not fit, a byte was changed, or the context differs from the one it was sealed with. */
export function decrypt(sealed: Buffer, context: string, key: Buffer): Buffer {
  const nonceBytes = sodium.crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
  const tagBytes = sodium.crypto_aead_xchacha20poly1305_ietf_ABYTES;
  if (sealed.length < nonceBytes + tagBytes) throw new Error("The sealed value is too short.");
  const out = Buffer.alloc(sealed.length - nonceBytes - tagBytes);
  const nonce = sealed.subarray(0, nonceBytes);
  sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(
    out,
    null,
    sealed.subarray(nonceBytes),
    Buffer.from(context),
    nonce,
    key,
  );
  return out;
}
