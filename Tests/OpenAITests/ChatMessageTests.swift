import JSON
import OpenAI
import Testing

@Suite struct ChatMessageTests {
    @Test func everyRolePasses() throws {
        let text = #"""
            [{"role":"system","content":"a"},{"role":"developer","content":"b"},{"role":"user","content":"c","name":"n"},
            {"role":"assistant","content":"d"},{"role":"tool","content":"e","tool_call_id":"1"}]
            """#
        #expect(try .array(messages(text)) == JSON.parse(text))
    }

    @Test func textPartsAreJoined() throws {
        let text = #"[{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}]"#
        #expect(try messages(text) == [["role": "user", "content": "a\nb"]])
    }

    /// Members keep their order and unknown ones their value: templates print them.
    @Test func unknownMembersStay() throws {
        let text = #"[{"reasoning_content":"r","role":"assistant","content":"d","x":{"b":1,"a":2}}]"#
        #expect(try messages(text).map { $0.serialized() } == [String(text.dropFirst().dropLast())])
    }

    /// Templates print arguments with `tojson`; a text would be quoted twice.
    @Test func toolArgumentsBecomeValues() throws {
        let text = #"""
            [{"role":"assistant","content":null,"tool_calls":[
            {"id":"1","type":"function","function":{"name":"f","arguments":"{\"b\":1,\"a\":[2]}"}},
            {"id":"2","type":"function","function":{"name":"g","arguments":""}},
            {"id":"3","type":"function","function":{"name":"h","arguments":"not json"}},
            {"id":"4","type":"function","function":{"name":"i","arguments":{"a":1}}}]}]
            """#
        let calls = try #require(messages(text)[0]["tool_calls"]?.array)
        let arguments = calls.map { $0["function"]?["arguments"]?.serialized() }
        #expect(arguments == [#"{"b":1,"a":[2]}"#, "{}", #""not json""#, #"{"a":1}"#])
        #expect(try messages(text)[0]["content"] == .null)
    }

    @Test(arguments: [
        #"{"role":"assistant","content":"d","tool_calls":[]}"#,
        #"{"role":"assistant","content":"d","tool_calls":null}"#,
    ]) func emptyToolCallsAreDropped(_ message: String) throws {
        #expect(try messages("[\(message)]") == [["role": "assistant", "content": "d"]])
    }

    @Test func emptyContentBesideToolCalls() throws {
        let call = #""tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{}"}}]"#
        for content in ["", #","content":[]"#, #","content":null"#] {
            #expect(try messages(#"[{"role":"assistant",\#(call)\#(content)}]"#)[0]["content"] == .null)
        }
    }

    @Test func toolsReachTheTemplate() throws {
        let tools = #"[{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}]"#
        func prompt(_ members: String) throws -> ChatPrompt? {
            guard case .chat(let prompt) = try chat(members).generation.prompt else { return nil }
            return prompt
        }
        #expect(try prompt(#","tools":\#(tools)"#)?.tools.map { JSON.array($0) } == JSON.parse(tools))
        #expect(try prompt(#","tools":\#(tools),"tool_choice":"none""#)?.tools == nil)
        let arguments = try prompt(#","chat_template_kwargs":{"enable_thinking":false},"reasoning_effort":"low""#)
        #expect(
            arguments?.templateArguments == JSONObject([("enable_thinking", false), ("reasoning_effort", "low")]))
    }
}
