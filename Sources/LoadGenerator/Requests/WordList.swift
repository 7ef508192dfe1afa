/// 256 short and common words, one for each byte.
enum WordList {
    static subscript(byte: UInt64) -> String { all[Int(byte & 0xFF)] }

    static let all: [String] = """
        apple arm art autumn baby back bag ball bank base bath beach bean bear bed bell belt bench bird board boat \
        body bone book boot box boy branch bread brick bridge brother brush bus butter cake camp candle cap car card \
        cart case cat chain chair cheese chest child church circle city clock cloth cloud coal coat coffee coin \
        color cook corn cotton country cow cream crowd cup day desk dinner dog door dress drink drop dust ear earth \
        edge egg engine evening eye face family farm father field finger fire fish floor flower food foot forest \
        fork friend fruit game garden girl glass glove gold grain grass ground group hair hall hammer hand hat head \
        heart hill history hole home hook horse hour house ice iron island key king kitchen knee knife lake lamp \
        land leaf leather leg letter library light line list lock machine man map market meal meat metal milk mind \
        minute mirror money month moon morning mother mountain mouth music name neck net night north nose number \
        office oil orange page paint paper parent park pen pencil people picture pig pipe place plane plant plate \
        pocket point pot potato rain ring river road rock roof room root rope rose salt sand school sea seat seed \
        sheep shelf ship shirt shoe shop sister sky sleep smile snow sound south spring square star stone street \
        summer sun table tail teacher thing ticket time tooth town train tree village voice wall watch water week \
        wheel wind window wing winter wood word work world yard year
        """.split(separator: " ").map(String.init)
}
