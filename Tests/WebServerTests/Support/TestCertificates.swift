import Foundation

/// Certificates made for these tests alone, good for a hundred years, and their keys, in PEM form.
enum TestCertificates {
    /// Has signed the server's certificate and the good client's.
    static let authority = """
        -----BEGIN CERTIFICATE-----
        MIIBiDCCAS+gAwIBAgIUMqfxdaswt1Pw/UcufULKrmzM+nIwCgYIKoZIzj0EAwIw
        GTEXMBUGA1UEAwwOdGVzdCBhdXRob3JpdHkwIBcNMjYxMTIxMTk0OTE5WhgPMjEy
        NjEwMjgxOTQ5MTlaMBkxFzAVBgNVBAMMDnRlc3QgYXV0aG9yaXR5MFkwEwYHKoZI
        zj0CAQYIKoZIzj0DAQcDQgAEbZw/0Y+YTQHScpwpUMLhR8OdbUKgLoGB24+A7MZl
        UgWUc2lJ4uRQwnxyhVWL2+LIpTLSykFo0kQcyEi4nMscFKNTMFEwHQYDVR0OBBYE
        FG6YEoMxcL2gjycvZim9aqQRzeE1MB8GA1UdIwQYMBaAFG6YEoMxcL2gjycvZim9
        aqQRzeE1MA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDRwAwRAIgVQb9j9MF
        MWiuuvBuRLPNO0PXZDEhihXngz9j6XpuLBgCIDh6nUVASVcstppeR5jSEQrWe8fK
        UsXP6wYpIpt+EpZ4
        -----END CERTIFICATE-----
        """
    /// For 127.0.0.1 and localhost.
    static let server = """
        -----BEGIN CERTIFICATE-----
        MIIBjDCCATKgAwIBAgIUT0nUMXnuXbC8LRGZM7hR0nAAn90wCgYIKoZIzj0EAwIw
        GTEXMBUGA1UEAwwOdGVzdCBhdXRob3JpdHkwIBcNMjYxMTIxMTk0OTIwWhgPMjEy
        NjEwMjgxOTQ5MjBaMBExDzANBgNVBAMMBndvcmtlcjBZMBMGByqGSM49AgEGCCqG
        SM49AwEHA0IABOiJ2Isl1SKHBjadt/Z839qgSNYM1QVE9ZLplq/O9Ko5zsReL/9i
        wsL2FYJtSx7m8G1U0ME38XsV3RnrG7SOcHyjXjBcMBoGA1UdEQQTMBGCCWxvY2Fs
        aG9zdIcEfwAAATAdBgNVHQ4EFgQUeFudz5VwoW3Vdl9PAzMnIpEs7XEwHwYDVR0j
        BBgwFoAUbpgSgzFwvaCPJy9mKb1qpBHN4TUwCgYIKoZIzj0EAwIDSAAwRQIhAIln
        sv3XwQmQQOqBb4wQhjHsbI/PJ/hizEdkCiP0b6ABAiAB1uqU3Joi0PSbRoWPidr0
        OXoQ0De20cZsDD5huVvz7g==
        -----END CERTIFICATE-----
        """
    static let serverKey = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgwOk5Vx1XEOaYue8Z
        WoOqfqJRRT3HUyZQefgkEvAghq2hRANCAAToidiLJdUihwY2nbf2fN/aoEjWDNUF
        RPWS6ZavzvSqOc7EXi//YsLC9hWCbUse5vBtVNDBN/F7Fd0Z6xu0jnB8
        -----END PRIVATE KEY-----
        """
    /// Of the same authority.
    static let client = """
        -----BEGIN CERTIFICATE-----
        MIIBjjCCATOgAwIBAgIUT0nUMXnuXbC8LRGZM7hR0nAAn94wCgYIKoZIzj0EAwIw
        GTEXMBUGA1UEAwwOdGVzdCBhdXRob3JpdHkwIBcNMjYxMTIxMTk0OTIwWhgPMjEy
        NjEwMjgxOTQ5MjBaMBIxEDAOBgNVBAMMB2dhdGV3YXkwWTATBgcqhkjOPQIBBggq
        hkjOPQMBBwNCAATfGGtKl/rSCTXW8I+GAHR7DvcJ27sZTNsHKa5R/OVqKf+1wdjP
        yuvpjV5Wn60SI6N1NWPFFF7JbSkGvKm8zBC2o14wXDAaBgNVHREEEzARgglsb2Nh
        bGhvc3SHBH8AAAEwHQYDVR0OBBYEFAZrZ6W4sIRli4dDtGMkqHEQ+es6MB8GA1Ud
        IwQYMBaAFG6YEoMxcL2gjycvZim9aqQRzeE1MAoGCCqGSM49BAMCA0kAMEYCIQCq
        A9FnKuPL5GcQr0nsKeRsLMrpGCrk5zxpqeCY5XIdsgIhAN6bGYHKNoLvCMbi1Ev8
        OrsdTvg1NcqMAtZ5T8GRS4+Z
        -----END CERTIFICATE-----
        """
    static let clientKey = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgIbIyaoSHJ/EIsxNk
        y+IJXe4sKs0kzateWgCyx16sGhChRANCAATfGGtKl/rSCTXW8I+GAHR7DvcJ27sZ
        TNsHKa5R/OVqKf+1wdjPyuvpjV5Wn60SI6N1NWPFFF7JbSkGvKm8zBC2
        -----END PRIVATE KEY-----
        """
    /// Of another authority.
    static let stranger = """
        -----BEGIN CERTIFICATE-----
        MIIBjTCCATOgAwIBAgIUWU7anQYIoIVRNWI/MMl9TIlvdjYwCgYIKoZIzj0EAwIw
        GDEWMBQGA1UEAwwNdGVzdCBzdHJhbmdlcjAgFw0yNjExMjExOTQ5MjBaGA8yMTI2
        MTAyODE5NDkyMFowEzERMA8GA1UEAwwIaW50cnVkZXIwWTATBgcqhkjOPQIBBggq
        hkjOPQMBBwNCAATVVr1NhQK8HJR5bAR5yvMwzfVhijCb2f6id5gSSBNZAHNgBJYE
        WGSEOshYnm0xf80V94WNP9IgqDU9s5b3iEnSo14wXDAaBgNVHREEEzARgglsb2Nh
        bGhvc3SHBH8AAAEwHQYDVR0OBBYEFJ5iXjHDfMk3tnc7Q1wqhPdHXQ7LMB8GA1Ud
        IwQYMBaAFDqSmxJYfMpfuxpX/g+oVtlqSlwsMAoGCCqGSM49BAMCA0gAMEUCIBPr
        8QD3+IDJACS7cvUsOHZaC6K8NnfBiwCf3SDqlGcqAiEA9ADkOKjgLwZIbt4DvqBF
        tnGTcAecutHHe/v7mEADbbk=
        -----END CERTIFICATE-----
        """
    static let strangerKey = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgrNYgl0V27XQg2yS5
        vwQXFKR3LU+yPo0YvytR8Lymp/WhRANCAATVVr1NhQK8HJR5bAR5yvMwzfVhijCb
        2f6id5gSSBNZAHNgBJYEWGSEOshYnm0xf80V94WNP9IgqDU9s5b3iEnS
        -----END PRIVATE KEY-----
        """
}

/// Files that are gone when nobody holds this any more.
final class TestFiles: Sendable {
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "gleaner-tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// The path of a new file with this text.
    func file(_ text: String) throws -> String {
        let file = folder.appending(path: UUID().uuidString)
        try Data(text.utf8).write(to: file)
        return file.path
    }
}
