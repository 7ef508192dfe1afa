/// Certificates made for these tests alone, good for a hundred years, and their keys, in PEM form.
enum TestCertificates {
    /// Has signed the others.
    static let authority = """
        -----BEGIN CERTIFICATE-----
        MIIBhTCCASugAwIBAgIUIFiCDQlsZfq1BDy01V3Ou2A3Vq8wCgYIKoZIzj0EAwIw
        FzEVMBMGA1UEAwwMdGVzdCBjbHVzdGVyMCAXDTI2MTEyMTIzMTYyNFoYDzIxMjYx
        MDI4MjMxNjI0WjAXMRUwEwYDVQQDDAx0ZXN0IGNsdXN0ZXIwWTATBgcqhkjOPQIB
        BggqhkjOPQMBBwNCAATHWuP9384Ay3RQw3gXeBZxfBonz7vpK7PyAuRQyCQNB2bg
        DZCgVGW8pxt2Ir3YQidr9cfjYoKwrbJ/7cHGK9YQo1MwUTAdBgNVHQ4EFgQUZQUp
        O5CavnXwIX/a0Uu56rVd6GkwHwYDVR0jBBgwFoAUZQUpO5CavnXwIX/a0Uu56rVd
        6GkwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiEA3ppnKwOpJd5G
        e5MgWqQEQL3ghL9TxqGWwQ2HA9rDvg0CIDEa0xfaVR5VV/ViGI1Aq6gudjhHZOX4
        SfKtEsbokIdh
        -----END CERTIFICATE-----
        """
    /// An authority that has signed nothing here.
    static let stranger = """
        -----BEGIN CERTIFICATE-----
        MIIBejCCASGgAwIBAgIUVYO9iyX+h1efpf00ZJ5GQ0O7RigwCgYIKoZIzj0EAwIw
        EjEQMA4GA1UEAwwHYW5vdGhlcjAgFw0yNjExMjEyMzE2MjRaGA8yMTI2MTAyODIz
        MTYyNFowEjEQMA4GA1UEAwwHYW5vdGhlcjBZMBMGByqGSM49AgEGCCqGSM49AwEH
        A0IABKfZTxEqfK3JCD1E0Chjh5+dxG7hQbg1g7IsgDKJaQIJtAytzUEZ8Roy8qSt
        olzzZvAfSnKnA/uRNbpJ2QbzjJ+jUzBRMB0GA1UdDgQWBBR9ExqjmDWfSVMN/wmY
        zRwxRzkp3DAfBgNVHSMEGDAWgBR9ExqjmDWfSVMN/wmYzRwxRzkp3DAPBgNVHRMB
        Af8EBTADAQH/MAoGCCqGSM49BAMCA0cAMEQCIBX91Rz3Ewe5VrV86Dpm9uYlFszX
        4CcZBeji2mYTj394AiBDhj4GjyT59Oqg9S+eo282cJafD9E8gvJ7j4AZ7aijIA==
        -----END CERTIFICATE-----
        """
    /// For 127.0.0.1 and kubernetes.test.
    static let server = """
        -----BEGIN CERTIFICATE-----
        MIIBkDCCATagAwIBAgIUFJbb6Srm3z02GyhkVn0jz068muQwCgYIKoZIzj0EAwIw
        FzEVMBMGA1UEAwwMdGVzdCBjbHVzdGVyMCAXDTI2MTEyMTIzMTgwOVoYDzIxMjYx
        MDI4MjMxODA5WjARMQ8wDQYDVQQDDAZzZXJ2ZXIwWTATBgcqhkjOPQIBBggqhkjO
        PQMBBwNCAARgVZJ76J6RBhm7Y0Jn/qkb4Kdm4QqYzP6rlp2t8OZZsf0Lxwcfth8G
        duivs2PHCvCURax45rbEzGXIS57R5UZso2QwYjAgBgNVHREEGTAXgg9rdWJlcm5l
        dGVzLnRlc3SHBH8AAAEwHQYDVR0OBBYEFORN7JG8M5I6Cwu1jXzpupdPeK2OMB8G
        A1UdIwQYMBaAFGUFKTuQmr518CF/2tFLueq1XehpMAoGCCqGSM49BAMCA0gAMEUC
        IAlpHjs9NXX2Qs1H29Vqxubhl2AV8Z2eZOINf1Rd4mM+AiEAr7he3tJ18tc17swz
        BxQBItrQNwnnFZ9vDvZg3G+HGB4=
        -----END CERTIFICATE-----
        """
    static let serverKey = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgiGhIWSo4AL70wZr+
        rD4ynAbqA3xIoLouvH+PcNEWQeahRANCAARgVZJ76J6RBhm7Y0Jn/qkb4Kdm4QqY
        zP6rlp2t8OZZsf0Lxwcfth8Gduivs2PHCvCURax45rbEzGXIS57R5UZs
        -----END PRIVATE KEY-----
        """
    /// Its subject is `client`.
    static let client = """
        -----BEGIN CERTIFICATE-----
        MIIBhjCCASygAwIBAgIUFJbb6Srm3z02GyhkVn0jz068muUwCgYIKoZIzj0EAwIw
        FzEVMBMGA1UEAwwMdGVzdCBjbHVzdGVyMCAXDTI2MTEyMTIzMTgwOVoYDzIxMjYx
        MDI4MjMxODA5WjARMQ8wDQYDVQQDDAZjbGllbnQwWTATBgcqhkjOPQIBBggqhkjO
        PQMBBwNCAATrbezYOz28jt/3NAbSrOnMmRtdFXL2nYlvcvYpTF5lZJGxbnYvGXC7
        CUvIcNw5iVu99GVbPOLQ0cvMvB6Ke/iCo1owWDAWBgNVHREEDzANggtjbGllbnQu
        dGVzdDAdBgNVHQ4EFgQU4PLDuPZrqsp8i8w9+COBc9sc+w4wHwYDVR0jBBgwFoAU
        ZQUpO5CavnXwIX/a0Uu56rVd6GkwCgYIKoZIzj0EAwIDSAAwRQIhAM6d3EZhBiEQ
        sBv/KLG5mxL7ZkJEzKYbEe/1VHCL26hiAiA9Q2Wr05+h2fpVitzC/j6eIPUXNS5h
        /skf5btT8fRxuQ==
        -----END CERTIFICATE-----
        """
    static let clientKey = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgLZwEQCUmduQWoYam
        oWeKkpe7CMDbcSfGxgm5v5u4QgihRANCAATrbezYOz28jt/3NAbSrOnMmRtdFXL2
        nYlvcvYpTF5lZJGxbnYvGXC7CUvIcNw5iVu99GVbPOLQ0cvMvB6Ke/iC
        -----END PRIVATE KEY-----
        """
    /// Its subject is `other`.
    static let other = """
        -----BEGIN CERTIFICATE-----
        MIIBgzCCASqgAwIBAgIUFJbb6Srm3z02GyhkVn0jz068muYwCgYIKoZIzj0EAwIw
        FzEVMBMGA1UEAwwMdGVzdCBjbHVzdGVyMCAXDTI2MTEyMTIzMTgwOVoYDzIxMjYx
        MDI4MjMxODA5WjAQMQ4wDAYDVQQDDAVvdGhlcjBZMBMGByqGSM49AgEGCCqGSM49
        AwEHA0IABK/h/8zP5ITDqWgjYv1nsjKdQj8ADkCSctMHbcBwJCrmyL1Acay8Zuv/
        5X2xNBwoyDvFiI02+aPiI5z5awpGdh2jWTBXMBUGA1UdEQQOMAyCCm90aGVyLnRl
        c3QwHQYDVR0OBBYEFEAFka7w+0HSFRoZ+X+K9mRLZZCBMB8GA1UdIwQYMBaAFGUF
        KTuQmr518CF/2tFLueq1XehpMAoGCCqGSM49BAMCA0cAMEQCIHi4KIwQzukn6N2Z
        shUBad7QFucw4FzBJz1txDdE3FM0AiBqbQjuBXEAmZRoif8ncYSnK6Yu4N4PtBh9
        ueYNZeHmcw==
        -----END CERTIFICATE-----
        """
    static let otherKey = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgSnWXBjXwIQdP6C7F
        3id4cBVmAa9zM+uaUX8ttz4VWOShRANCAASv4f/Mz+SEw6loI2L9Z7IynUI/AA5A
        knLTB23AcCQq5si9QHGsvGbr/+V9sTQcKMg7xYiNNvmj4iOc+WsKRnYd
        -----END PRIVATE KEY-----
        """
}
